/** A file of the page's own making, saved by the browser. */

/** The name comes from a stranger's file: only letters, digits and `.-_` of it stay. */
export function saveAs(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = safeName(name);
  link.click();
  // The download has its own hold on the content once it began.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function safeName(name: string): string {
  const safe = name.replace(/[^\w.-]+/g, "-").replace(/^[.-]+/, "");
  return safe === "" ? "report" : safe.slice(-120);
}
