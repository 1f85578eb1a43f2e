import {openGeneratorSource} from '../../connectors/generator/open-generator-source.ts';
import {openKafkaSource} from '../../connectors/kafka/open-kafka-source.ts';
import type {OpenSlabSource} from '../../connectors/slab-source.ts';

/** Connectors that read records on the ingest side, by the name in WITH (connector = …). */
export const CONNECTORS: Readonly<Record<string, OpenSlabSource>> = {kafka: openKafkaSource, generator: openGeneratorSource};
