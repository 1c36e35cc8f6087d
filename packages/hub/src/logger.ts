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
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}

function noop(): void {}
