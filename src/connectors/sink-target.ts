import type {FileLedger} from './files/file-ledger.ts';
import type {FileTarget} from './files/file-target.ts';

/** Where rows are delivered to, exactly once, by each kind of connector that does so; plain data. */
export type DeliveryTarget = FileTarget;

/** What a checkpoint says of a delivery. */
export type DeliveryLedger = FileLedger;
