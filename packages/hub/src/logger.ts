/** What the hub needs of a logger. Fields carry ids, counts and codes; never a secret, a token or a personal name. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export const silentLogger: Logger = { debug: noop, info: noop, warn: noop, error: noop };

/** An error as one field: enough to find the line, without the values that went through it. */
export function errorField(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return QUOTING.reduce((left, [quoted, words]) => left.replace(quoted, words), text);
}

/** Where V8 quotes the JSON, and ClickHouse the row or the parameter, that it could not read. */
const QUOTING: readonly (readonly [quoted: RegExp, words: string])[] = [
  [/, (?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON/, ": no valid JSON"],
  [/ before: '[^]*?'(?=: \()/, " before: …"],
  [/ here: [^]*? cannot be parsed as /, " here: … cannot be parsed as "],
];

function noop(): void {}
