/** The style of a report: one column, the page's own light or dark colours, tables that scroll on a narrow screen. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1c2024; --quiet: #5f6b76; --page: #fff; --panel: #f5f7f9; --line: #dde3e8; --bar: #bcd0e8; --accent: #f2a7b8; --link: #2b6cb0; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ec; --quiet: #98a4af; --page: #14181c; --panel: #1c2227; --line: #323b43; --bar: #34567d; --accent: #a83e5b; --link: #7fb2e6; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 62rem; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
h1 { margin: 0 0 .25rem; font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { margin: 3rem 0 .35rem; font-size: 1.2rem; letter-spacing: -.01em; }
p { margin: 0 0 1rem; }
.quiet, caption { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .9rem .45rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 500; font-size: .85rem; white-space: nowrap; }
.results th, .results td { white-space: nowrap; vertical-align: baseline; }
.number { text-align: right; }
.results td.error { font-size: 1.3rem; font-weight: 600; }
.results td:last-child, .results th:last-child { padding-left: 1.25rem; }
@media (max-width: 34rem) { .results th, .results td { padding-right: .55rem; font-size: .9rem; } .results td.error { font-size: 1.1rem; } }
.curves svg { display: block; width: 100%; max-width: 62rem; height: auto; }
.curves .below { display: none; }
@media (max-width: 46rem) { .curves .beside { display: none; } .curves .below { display: block; } }
.kernels { padding: clamp(.5rem, 2vw, 1rem); border-radius: 6px; background: var(--panel); }
.kernels img { display: block; width: 100%; height: auto; image-rendering: pixelated; }
.settings { columns: 2 24rem; column-gap: 2.5rem; }
.settings table { break-inside: avoid; margin-bottom: 1.25rem; font-size: .88rem; }
.settings caption { text-align: left; padding-bottom: .2rem; font-weight: 600; color: var(--text); }
.settings th { font-weight: 400; color: var(--quiet); width: 45%; }
.settings td, .settings th { padding-block: .22rem; overflow-wrap: anywhere; }
@media print { body { max-width: none; } h2 { break-after: avoid; } }
`;
