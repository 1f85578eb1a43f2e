import type {Slices} from './operator.ts';

/** Slices that are done already: what a method returns that has done all of its work when it returns. */
export const NO_SLICES: Slices = finished();

// oxlint-disable-next-line require-yield
function* finished(): Slices {}
NO_SLICES.next();
