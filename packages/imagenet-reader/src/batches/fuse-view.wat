;; The two loops of a view, over bytes in `memory`. fuse-view.wasm.ts holds the assembled module.
(module
  (import "reader" "memory" (memory 1))

  ;; Reverses the pixels of each row: out[y, x] = in[y, columns - 1 - x]. Five RGB pixels per step.
  ;; Reads up to 15 bytes before a row and writes up to 15 after it, so rows must ascend, with room around them.
  (func (export "mirrorRows")
    (param $in i32) (param $stride i32) (param $out i32) (param $rows i32) (param $columns i32)
    (local $from i32) (local $to i32) (local $end i32) (local $width i32)
    (local.set $width (i32.mul (local.get $columns) (i32.const 3)))
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $from (i32.sub (i32.add (local.get $in) (local.get $width)) (i32.const 15)))
        (local.set $to (local.get $out))
        (local.set $end (i32.add (local.get $out) (local.get $width)))
        (loop $five
          (v128.store (local.get $to)
            (i8x16.shuffle 12 13 14 9 10 11 6 7 8 3 4 5 0 1 2 15
              (v128.load (local.get $from)) (v128.load (local.get $from))))
          (local.set $from (i32.sub (local.get $from) (i32.const 15)))
          (local.set $to (i32.add (local.get $to) (i32.const 15)))
          (br_if $five (i32.lt_u (local.get $to) (local.get $end))))
        (local.set $in (i32.add (local.get $in) (local.get $stride)))
        (local.set $out (i32.add (local.get $out) (local.get $width)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $row))))

  ;; out[y, i] = ((in[y, i] - mean[y, i]) + shift[i % 3]) * scale[i % 3], in float32, for i < width.
  ;; `factors` holds twelve floats of shift, then twelve of scale. Twelve values per step. Reads up to 15 bytes and
  ;; 44 bytes of mean after a row and writes up to 44 after it, so rows must ascend, with room after the last.
  (func (export "fuseRows")
    (param $in i32) (param $stride i32) (param $mean i32) (param $meanStride i32)
    (param $out i32) (param $rows i32) (param $width i32) (param $factors i32)
    (local $from i32) (local $m i32) (local $to i32) (local $end i32) (local $rowBytes i32)
    (local $bytes v128) (local $low v128)
    (local $shift0 v128) (local $shift1 v128) (local $shift2 v128)
    (local $scale0 v128) (local $scale1 v128) (local $scale2 v128)
    (local.set $shift0 (v128.load (local.get $factors)))
    (local.set $shift1 (v128.load offset=16 (local.get $factors)))
    (local.set $shift2 (v128.load offset=32 (local.get $factors)))
    (local.set $scale0 (v128.load offset=48 (local.get $factors)))
    (local.set $scale1 (v128.load offset=64 (local.get $factors)))
    (local.set $scale2 (v128.load offset=80 (local.get $factors)))
    (local.set $rowBytes (i32.shl (local.get $width) (i32.const 2)))
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $from (local.get $in))
        (local.set $m (local.get $mean))
        (local.set $to (local.get $out))
        (local.set $end (i32.add (local.get $out) (local.get $rowBytes)))
        (loop $twelve
          (local.set $bytes (v128.load (local.get $from)))
          (local.set $low (i16x8.extend_low_i8x16_u (local.get $bytes)))
          (v128.store (local.get $to)
            (f32x4.mul
              (f32x4.add
                (f32x4.sub
                  (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_u (local.get $low)))
                  (v128.load (local.get $m)))
                (local.get $shift0))
              (local.get $scale0)))
          (v128.store offset=16 (local.get $to)
            (f32x4.mul
              (f32x4.add
                (f32x4.sub
                  (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_u (local.get $low)))
                  (v128.load offset=16 (local.get $m)))
                (local.get $shift1))
              (local.get $scale1)))
          (v128.store offset=32 (local.get $to)
            (f32x4.mul
              (f32x4.add
                (f32x4.sub
                  (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_u (i16x8.extend_high_i8x16_u (local.get $bytes))))
                  (v128.load offset=32 (local.get $m)))
                (local.get $shift2))
              (local.get $scale2)))
          (local.set $from (i32.add (local.get $from) (i32.const 12)))
          (local.set $m (i32.add (local.get $m) (i32.const 48)))
          (local.set $to (i32.add (local.get $to) (i32.const 48)))
          (br_if $twelve (i32.lt_u (local.get $to) (local.get $end))))
        (local.set $in (i32.add (local.get $in) (local.get $stride)))
        (local.set $mean (i32.add (local.get $mean) (local.get $meanStride)))
        (local.set $out (i32.add (local.get $out) (local.get $rowBytes)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $row)))))
