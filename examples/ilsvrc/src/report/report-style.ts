/** The style of a report: one column, light or dark colours, and tables that scroll on a narrow screen. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1c2024; --quiet: #5f6b76; --page: #fff; --panel: #f5f7f9; --line: #dde3e8; --bar: #bcd0e8; --accent: #f2a7b8; --link: #2b6cb0; --wrong: #e2607a; --right: #5b9bd5; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ec; --quiet: #98a4af; --page: #14181c; --panel: #1c2227; --line: #323b43; --bar: #34567d; --accent: #a83e5b; --link: #7fb2e6; --wrong: #c04766; --right: #3a76ad; }
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
.strip { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1rem; }
@media (max-width: 46rem) { .strip { grid-template-columns: repeat(2, 1fr); gap: .75rem; } }
.strip figure { margin: 0; padding: .5rem .5rem .3rem; border-radius: 6px; background: var(--panel); }
.strip img { display: block; width: 100%; height: auto; }
.strip figcaption { margin-top: .3rem; text-align: center; font-size: .82rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.keys { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0 0 .75rem; padding: 0; list-style: none; font-size: .85rem; }
.keys i { display: inline-block; width: 1.2rem; height: 3px; margin-right: .4rem; vertical-align: middle; border-radius: 2px; }
.keys .dashed { height: 0; border-top: 2px dashed currentColor; border-radius: 0; }
.panels { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem; margin-bottom: 1.5rem; }
@media (max-width: 46rem) { .panels { grid-template-columns: 1fr; } }
.panels svg { display: block; width: 100%; height: auto; max-width: 24rem; }
.layers { border-collapse: separate; border-spacing: 0; font-size: .88rem; }
.layers th, .layers td { padding-block: .25rem; white-space: nowrap; }
.layers thead tr:first-child th { border-bottom: 0; padding-bottom: 0; font-weight: 400; }
.layers thead [colspan] { padding: 0 0 .15rem; border-bottom: 1px solid var(--line); text-align: center; }
.layers thead [colspan] + [colspan] { border-left: .9rem solid var(--page); }
.layers tbody th { position: sticky; left: 0; background: var(--page); }
.layers b { color: var(--wrong); font-weight: 600; font-size: .8rem; }
.mistakes { display: grid; grid-template-columns: 1fr 1fr; gap: 2rem 2.5rem; }
.mistakes > :last-child { grid-column: 1 / -1; }
.mistakes table { font-size: .9rem; }
.mistakes th, .mistakes td { padding-block: .25rem; font-weight: 400; }
.mistakes caption { text-align: left; padding-bottom: .3rem; font-weight: 600; color: var(--text); }
@media (max-width: 46rem) { .mistakes { grid-template-columns: minmax(0, 1fr); } .mistakes table { font-size: .82rem; } .mistakes th, .mistakes td { padding-right: .5rem; } }
.heat { width: auto; border-collapse: separate; border-spacing: 2px; }
.heat th, .heat td { border: 0; }
.heat td { width: 2.9rem; height: 1.9rem; padding: 0; text-align: center; vertical-align: middle; border-radius: 3px; background: var(--panel); font-size: .82rem; }
.heat .wrong { background: color-mix(in srgb, var(--wrong) var(--share), var(--panel)); }
.heat .right { background: color-mix(in srgb, var(--right) var(--share), var(--panel)); }
.heat thead th, .mistakes .heat td { padding: 0; text-align: center; }
.heat tbody th { padding: 0 .6rem 0 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 14rem; vertical-align: middle; }
.heat tbody th span { display: inline-block; min-width: 1.6rem; color: var(--quiet); }
@media (max-width: 46rem) { .heat { width: 100%; table-layout: fixed; } .heat th:first-child { width: 37%; } .heat td, .heat thead th { width: auto; font-size: .7rem; } .heat tbody th { font-size: .74rem; } .heat tbody th span { min-width: 1.25rem; } }
.changes { width: auto; min-width: min(100%, 30rem); font-size: .9rem; }
.changes th { font-weight: 400; }
.changes th, .changes td { padding-block: .25rem; }
.settings { columns: 2 24rem; column-gap: 2.5rem; }
.settings table { break-inside: avoid; margin-bottom: 1.25rem; font-size: .88rem; }
.settings caption { text-align: left; padding-bottom: .2rem; font-weight: 600; color: var(--text); }
.settings th { font-weight: 400; color: var(--quiet); width: 45%; }
.settings td, .settings th { padding-block: .22rem; overflow-wrap: anywhere; }
@media print { body { max-width: none; } h2 { break-after: avoid; } }
`;
