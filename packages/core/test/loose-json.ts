/** JSON of which nothing is known, for counting in it. */
export interface Json {
  readonly [key: string]: unknown;
}

export const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
export const object = (value: unknown): Json => (value !== null && typeof value === "object" ? (value as Json) : {});
