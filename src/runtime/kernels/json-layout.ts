/**
 * Memory layout shared by the JSON kernel (assembly/) and the code that drives it. Offsets are bytes. Plain untyped constants, because
 * both compilers read this file. All links inside a descriptor block are offsets from its start, so that the block can be copied.
 */

/** The header at the start of a descriptor block. The root object's fields follow the rules of OBJECT_*. */
export const HEADER_ROOT = 0; // offset of the root object
export const HEADER_POW10 = 8; // 23 float64: 1e0 … 1e22
export const HEADER_SIZE = 192;

/** A field that matches no key follows the header: what an object without fields links to. */
export const NO_FIELD = HEADER_SIZE;

export const OBJECT_FIRST = 0; // link: field expected as the first key
export const OBJECT_FIELDS = 4; // offset of the fields, one after the other
export const OBJECT_FIELD_COUNT = 8;
export const OBJECT_NOT_NULL_COUNT = 12;
export const OBJECT_SIZE = 16;

export const FIELD_KEY_HEAD = 0; // first 16 bytes of the spelling seen last, with quotes and colon, zero padded
export const FIELD_KEY_MASK = 16; // the bits of a 16-lane comparison that must be set
export const FIELD_KEY_LENGTH = 20; // of the key with its quotes and the colon
export const FIELD_SPELLING = 24; // offset: the spelling seen last (equals the name but for the case of ASCII letters)
export const FIELD_NAME = 28; // offset: the declared name with quotes and colon
export const FIELD_NEXT = 32; // link: field expected after this one
export const FIELD_KIND = 36; // KIND_*
export const FIELD_NOT_NULL = 40; // 0 or 1
export const FIELD_WHOLE = 44; // 1: the value as a whole is wanted, leave it to the caller after checking
export const FIELD_SERIAL = 48; // serial of the last record that had this key
export const FIELD_VALUES = 52; // address of values (bytes form: of starts), 0 = not wanted
export const FIELD_VALIDITY = 56; // address of validity bytes, 0 = none
export const FIELD_AUX = 60; // address of ends (bytes form) or of scales (numeric)
export const FIELD_STATE = 64; // i64: 1 = wide form
export const FIELD_PARAMETER = 68; // KIND_DECIMAL: declared scale or -1; KIND_VARCHAR: length; KIND_EPOCH: EPOCH_*; KIND_OBJECT: offset of the object
export const FIELD_LIMIT = 72; // KIND_DECIMAL: float64, |unscaled| must stay below
export const FIELD_PRESENT = 80; // records that had the key while counting was on
export const FIELD_ID = 84; // number of the field in the caller's tree
export const FIELD_SIZE = 96;

/** How a value is decoded. */
export const KIND_OBJECT = 0;
export const KIND_INT8 = 1;
export const KIND_INT4 = 2;
export const KIND_INT2 = 3;
export const KIND_BOOL = 4;
export const KIND_FLOAT8 = 5;
export const KIND_DECIMAL = 6;
export const KIND_TEXT = 7;
export const KIND_VARCHAR = 8;
export const KIND_TIMESTAMP = 9;
export const KIND_EPOCH = 10;
export const KIND_DATE = 11;
export const KIND_TIME = 12;
export const KIND_UUID = 13;
export const KIND_JSON = 14;
export const KIND_FLOAT4 = 15;
export const KIND_DEFERRED = 16; // always converted by the caller

export const EPOCH_S = 0;
export const EPOCH_MS = 1;
export const EPOCH_US = 2;
export const EPOCH_NS = 3;

/** A value that the kernel has checked for syntax and leaves to the caller to convert. */
export const DEFERRED_FIELD = 0;
export const DEFERRED_START = 4; // addresses
export const DEFERRED_END = 8;
export const DEFERRED_SIZE = 12;
export const MAX_DEFERRED = 4096; // in one record

/** Why the kernel returned. */
export const STOP_END = 0; // every record is done
export const STOP_RECORD = 1; // the record at the returned index is not for the kernel: decode it as a whole
export const STOP_DEFERRED = 2; // the record at the returned index is done but for the deferred values

/** Nested containers that a record may have, the record included. */
export const MAX_DEPTH = 500;
