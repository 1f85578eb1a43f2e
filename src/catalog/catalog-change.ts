import type {CatalogObject} from './catalog-object.ts';

/** A DDL change: an object as it is from now on, or its removal. */
export type CatalogChange = {readonly kind: 'put'; readonly object: CatalogObject} | {readonly kind: 'remove'; readonly id: number};
