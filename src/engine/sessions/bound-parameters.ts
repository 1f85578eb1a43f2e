import {sqlError} from '../../common/sql-error.ts';
import {decodeBinary} from '../../types/binary-codec.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {decodeText} from '../../types/text-codec.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {Parameters} from '../api.ts';
import type {RawParameter} from '../dataflow/lookup-messages.ts';
import type {BoundParameters} from '../statements/analyzed-statement.ts';
import {expandFormats} from '../statements/result-fields.ts';

/** The values of a Bind message for parameters of these types; decoded only when somebody needs datums. */
export function bindParameters(
  given: Parameters,
  types: readonly SqlType[],
  settings: () => TextSettings,
  statement: string,
): BoundParameters {
  const {values} = given;
  if (values.length !== types.length)
    throw sqlError(
      'protocol_violation',
      `bind message supplies ${values.length} parameters, but prepared statement "${statement}" requires ${types.length}`,
    );
  const formats = expandFormats(given.formats, values.length);
  const raw: RawParameter[] = values.map((bytes, i) => ({format: formats[i]!, bytes}));
  let datums: readonly Datum[] | undefined;
  const decode = (): readonly Datum[] => {
    const given = settings();
    return raw.map((parameter, i) => decodeParameter(parameter, types[i]!, given));
  };
  return {raw, datums: () => (datums ??= decode())};
}

export const NO_PARAMETERS: BoundParameters = {raw: [], datums: () => []};

export function decodeParameter({format, bytes}: RawParameter, type: SqlType, settings: TextSettings): Datum {
  if (bytes === null) return null;
  return format === 1 ? decodeBinary(type, bytes) : decodeText(type, Buffer.from(bytes).toString(), settings);
}
