import type { Aten } from '../native/aten.js';
import { some, type TorchTensor } from '../native/torch-tensor.js';

/** PyTorch's `MemoryFormat::Contiguous`. */
const contiguousFormat = 0;

/** [N, H, W, C] as [N, C, H, W] in channels-last strides: the same memory. */
export function channelsSecond(aten: Aten, x: TorchTensor): TorchTensor {
  return aten.one('permute', [x, [0, 3, 1, 2]]);
}

/** [N, C, H, W] as [N, H, W, C]; without a copy if its strides are channels-last. */
export function channelsLast(aten: Aten, x: TorchTensor): TorchTensor {
  return aten.one('permute', [x, [0, 2, 3, 1]]);
}

/** tfjs's filter [kh, kw, C, F] as PyTorch's [F, C, kh, kw]. */
export function filterFirst(aten: Aten, filter: TorchTensor): TorchTensor {
  return aten.one('permute', [filter, [3, 2, 0, 1]]);
}

/** PyTorch's filter [F, C, kh, kw] as tfjs's [kh, kw, C, F]. */
export function filterLast(aten: Aten, filter: TorchTensor): TorchTensor {
  return aten.one('permute', [filter, [2, 3, 1, 0]]);
}

/** A copy with memory of its own, for operators that may return a view of their input. */
export function copyOf(aten: Aten, x: TorchTensor): TorchTensor {
  return aten.one('clone', [x, some(contiguousFormat)]);
}
