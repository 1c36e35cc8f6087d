/** What `bundleCli` returns: ids of the modules that are code of the bundle, and of those that it keeps as text. */
export interface CliBundle {
  readonly code: readonly string[];
  readonly text: readonly string[];
}
export function bundleCli(file?: string): Promise<CliBundle>;
