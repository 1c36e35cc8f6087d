/** What a file is called that came as bare bytes: by `?name=`, else by its Content-Disposition. For people to see, never a path. */
const UNNAMED = "upload";

export function nameOfUpload(request: Request, asked: string | undefined): string {
  return withoutGz(asked || dispositionName(request.headers.get("content-disposition") ?? "") || UNNAMED);
}

/** What was packed for the way is kept unpacked. */
export const withoutGz = (name: string): string => name.replace(/(?<=[^/])\.gz$/i, "");

function dispositionName(header: string): string {
  const encoded = /[;\s]filename\*=UTF-8'[^']*'([^;\s]+)/i.exec(`;${header}`)?.[1];
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      // Not what it says it is: the plain form may stand beside it.
    }
  }
  const [, quoted, bare] = /[;\s]filename=(?:"([^"]*)"|([^;\s"]+))/i.exec(`;${header}`) ?? [];
  return quoted ?? bare ?? "";
}
