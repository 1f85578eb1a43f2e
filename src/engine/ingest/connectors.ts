import type {OpenSlabSource} from '../../connectors/slab-source.ts';
import {openGeneratorSource} from './generator-source.ts';
import {openKafkaSource} from '../../connectors/kafka/open-kafka-source.ts';

/** Connectors that read records on the ingest side, by the name in WITH (connector = …). */
export const CONNECTORS: Readonly<Record<string, OpenSlabSource>> = {kafka: openKafkaSource, generator: openGeneratorSource};
