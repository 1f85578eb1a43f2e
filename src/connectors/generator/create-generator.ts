import {EcommerceGenerator} from './ecommerce-generator.ts';
import type {GeneratorOptions} from './generator-options.ts';
import {NexmarkGenerator} from './nexmark/nexmark-generator.ts';
import type {RecordGenerator} from './record-generator.ts';
import {SequenceGenerator} from './sequence-generator.ts';

export function createGenerator(options: GeneratorOptions): RecordGenerator {
  switch (options.generator) {
    case 'nexmark':
      return new NexmarkGenerator(options);
    case 'ecommerce':
      return new EcommerceGenerator(options);
    case 'sequence':
      return new SequenceGenerator(options);
  }
}
