'use client';

// The server loads this module to render the page; the browser then runs the programs.

import { alexnet } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { openPrepared } from '@alexnet/imagenet-reader';
import { trainingRecipe } from '@alexnet/recipe';
import { train } from '@alexnet/sgd-momentum-trainer';
import { useEffect } from 'react';

export default function Page() {
  useEffect(() => {
    import('./programs/main.js');
  }, []);
  return <p>{[alexnet, openPrepared, train, trainingRecipe, useBackend].map(({ name }) => name).join()}</p>;
}
