import type {IParserErrorMessageProvider, TokenType} from 'chevrotain';

/** Chevrotain's message of an error is only used to carry the tokens that were expected, by their labels, most telling first. */
export const expectedTokens: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({expected}) => labels([expected]),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({expectedPathsPerAlt}) => labels(expectedPathsPerAlt.flatMap(paths => paths.flatMap(path => path.slice(0, 1)))),
  buildEarlyExitMessage: ({expectedIterationPaths}) => labels(expectedIterationPaths.flatMap(path => path.slice(0, 1))),
};

const MOST = 6;

/** Too long a list helps nobody: where an expression may begin it is a list of fifty. */
function labels(types: readonly TokenType[]): string {
  const shown = [...new Set(types.map(type => (type.name === 'EOF' ? 'end of input' : (type.LABEL ?? type.name))))];
  if (shown.includes('parameter') && shown.length > MOST) return 'an expression';
  if (shown.length > MOST) return `${shown.slice(0, MOST).join(', ')}, …`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)!}`;
}
