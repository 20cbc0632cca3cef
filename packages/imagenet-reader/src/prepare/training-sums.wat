;; Sums over one image for the training statistics. training-sums.wasm.ts holds the assembled module.
(module
  (import "reader" "memory" (memory 1))

  ;; Adds each of the `bytes` bytes at $in (a multiple of 48) to its 16-bit sum at $sums. Then takes the bytes as RGB
  ;; pixels, minus 128, and stores at $out nine vectors of four 32-bit sums: R, G, B, RR, RG, RB, GG, GB, BB.
  (func (export "addImage") (param $in i32) (param $bytes i32) (param $sums i32) (param $out i32)
    (local $end i32) (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $ones v128)
    (local $rl v128) (local $rh v128) (local $gl v128) (local $gh v128) (local $bl v128) (local $bh v128)
    (local $r v128) (local $g v128) (local $b v128)
    (local $rr v128) (local $rg v128) (local $rb v128) (local $gg v128) (local $gb v128) (local $bb v128)
    (local.set $ones (v128.const i16x8 1 1 1 1 1 1 1 1))
    (local.set $end (i32.add (local.get $in) (local.get $bytes)))
    (loop $sixteen
      (local.set $v0 (v128.load offset=0 (local.get $in)))
      (local.set $v1 (v128.load offset=16 (local.get $in)))
      (local.set $v2 (v128.load offset=32 (local.get $in)))
      (v128.store offset=0 (local.get $sums)
        (i16x8.add (v128.load offset=0 (local.get $sums)) (i16x8.extend_low_i8x16_u (local.get $v0))))
      (v128.store offset=16 (local.get $sums)
        (i16x8.add (v128.load offset=16 (local.get $sums)) (i16x8.extend_high_i8x16_u (local.get $v0))))
      (v128.store offset=32 (local.get $sums)
        (i16x8.add (v128.load offset=32 (local.get $sums)) (i16x8.extend_low_i8x16_u (local.get $v1))))
      (v128.store offset=48 (local.get $sums)
        (i16x8.add (v128.load offset=48 (local.get $sums)) (i16x8.extend_high_i8x16_u (local.get $v1))))
      (v128.store offset=64 (local.get $sums)
        (i16x8.add (v128.load offset=64 (local.get $sums)) (i16x8.extend_low_i8x16_u (local.get $v2))))
      (v128.store offset=80 (local.get $sums)
        (i16x8.add (v128.load offset=80 (local.get $sums)) (i16x8.extend_high_i8x16_u (local.get $v2))))
      (local.set $v0 (v128.xor (local.get $v0) (v128.const i32x4 0x80808080 0x80808080 0x80808080 0x80808080)))
      (local.set $v1 (v128.xor (local.get $v1) (v128.const i32x4 0x80808080 0x80808080 0x80808080 0x80808080)))
      (local.set $v2 (v128.xor (local.get $v2) (v128.const i32x4 0x80808080 0x80808080 0x80808080 0x80808080)))
      (local.set $rl
        (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 17 20 23 26 29
          (i8x16.shuffle 0 3 6 9 12 15 18 21 24 27 30 0 0 0 0 0 (local.get $v0) (local.get $v1))
          (local.get $v2)))
      (local.set $rh (i16x8.extend_high_i8x16_s (local.get $rl)))
      (local.set $rl (i16x8.extend_low_i8x16_s (local.get $rl)))
      (local.set $gl
        (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 18 21 24 27 30
          (i8x16.shuffle 1 4 7 10 13 16 19 22 25 28 31 0 0 0 0 0 (local.get $v0) (local.get $v1))
          (local.get $v2)))
      (local.set $gh (i16x8.extend_high_i8x16_s (local.get $gl)))
      (local.set $gl (i16x8.extend_low_i8x16_s (local.get $gl)))
      (local.set $bl
        (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 16 19 22 25 28 31
          (i8x16.shuffle 2 5 8 11 14 17 20 23 26 29 0 0 0 0 0 0 (local.get $v0) (local.get $v1))
          (local.get $v2)))
      (local.set $bh (i16x8.extend_high_i8x16_s (local.get $bl)))
      (local.set $bl (i16x8.extend_low_i8x16_s (local.get $bl)))
      (local.set $r
        (i32x4.add (local.get $r)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $rl) (local.get $ones)) (i32x4.dot_i16x8_s (local.get $rh) (local.get $ones)))))
      (local.set $g
        (i32x4.add (local.get $g)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $gl) (local.get $ones)) (i32x4.dot_i16x8_s (local.get $gh) (local.get $ones)))))
      (local.set $b
        (i32x4.add (local.get $b)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $bl) (local.get $ones)) (i32x4.dot_i16x8_s (local.get $bh) (local.get $ones)))))
      (local.set $rr
        (i32x4.add (local.get $rr)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $rl) (local.get $rl)) (i32x4.dot_i16x8_s (local.get $rh) (local.get $rh)))))
      (local.set $rg
        (i32x4.add (local.get $rg)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $rl) (local.get $gl)) (i32x4.dot_i16x8_s (local.get $rh) (local.get $gh)))))
      (local.set $rb
        (i32x4.add (local.get $rb)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $rl) (local.get $bl)) (i32x4.dot_i16x8_s (local.get $rh) (local.get $bh)))))
      (local.set $gg
        (i32x4.add (local.get $gg)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $gl) (local.get $gl)) (i32x4.dot_i16x8_s (local.get $gh) (local.get $gh)))))
      (local.set $gb
        (i32x4.add (local.get $gb)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $gl) (local.get $bl)) (i32x4.dot_i16x8_s (local.get $gh) (local.get $bh)))))
      (local.set $bb
        (i32x4.add (local.get $bb)
          (i32x4.add (i32x4.dot_i16x8_s (local.get $bl) (local.get $bl)) (i32x4.dot_i16x8_s (local.get $bh) (local.get $bh)))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 96)))
      (local.set $in (i32.add (local.get $in) (i32.const 48)))
      (br_if $sixteen (i32.lt_u (local.get $in) (local.get $end))))
    (v128.store offset=0 (local.get $out) (local.get $r))
    (v128.store offset=16 (local.get $out) (local.get $g))
    (v128.store offset=32 (local.get $out) (local.get $b))
    (v128.store offset=48 (local.get $out) (local.get $rr))
    (v128.store offset=64 (local.get $out) (local.get $rg))
    (v128.store offset=80 (local.get $out) (local.get $rb))
    (v128.store offset=96 (local.get $out) (local.get $gg))
    (v128.store offset=112 (local.get $out) (local.get $gb))
    (v128.store offset=128 (local.get $out) (local.get $bb))))
