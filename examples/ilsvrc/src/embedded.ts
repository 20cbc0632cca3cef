export * from '@alexnet/embedded-ilsvrc';
