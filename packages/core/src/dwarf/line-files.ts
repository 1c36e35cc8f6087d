/** The directories and files of a line program. Paths are joined only when a frame asks for one. */
import { FormatError } from "../bytes/errors.ts";
import type { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import * as dw from "./constants.ts";
import { type FormSizes, readValue } from "./forms.ts";

/** Directories or files of one program; each takes at least one byte of the header. */
export const MAX_LINE_FILES = 1_048_576;

/** Names are kept as form and value: an offset in `header` for inline strings, one in a string section otherwise. */
export interface FileTable {
  readonly version: number;
  readonly header: Uint8Array;
  readonly directoryForms: Uint32Array;
  readonly directoryValues: Uint32Array;
  readonly fileForms: Uint32Array;
  readonly fileValues: Uint32Array;
  /** Index into the directories, as the file has it. */
  readonly fileDirectories: Uint32Array;
}

interface EntryList {
  readonly forms: U32List;
  readonly values: U32List;
  readonly directories: U32List;
}

const newList = (): EntryList => ({ forms: new U32List(16), values: new U32List(16), directories: new U32List(16) });

/** `reader` stands after the opcode lengths and ends with the header. */
export function readFileTable(reader: Reader, sizes: FormSizes): FileTable {
  const directories = newList();
  const files = newList();
  if (sizes.version >= 5) {
    readEntries5(reader, sizes, directories);
    readEntries5(reader, sizes, files);
  } else {
    readNames4(reader, directories, () => 0);
    readNames4(reader, files, () => {
      const directory = reader.uleb();
      reader.uleb(); // modification time
      reader.uleb(); // size
      return directory;
    });
  }
  return {
    version: sizes.version,
    header: reader.bytes.slice(),
    directoryForms: directories.forms.trimmed(),
    directoryValues: directories.values.trimmed(),
    fileForms: files.forms.trimmed(),
    fileValues: files.values.trimmed(),
    fileDirectories: files.directories.trimmed(),
  };
}

/** NUL-terminated names until an empty one. */
function readNames4(reader: Reader, list: EntryList, readRest: () => number): void {
  while (reader.remaining > 0 && reader.bytes[reader.offset] !== 0) {
    push(list, dw.FORM_STRING, readInlineString(reader), readRest());
  }
  if (reader.remaining > 0) reader.u8();
}

function readInlineString(reader: Reader): number {
  const start = reader.offset;
  const end = reader.bytes.indexOf(0, start);
  if (end < 0) throw new FormatError("truncated", "a file name without end", start);
  reader.offset = end + 1;
  return start;
}

const CONTENT_PATH = 1;
const CONTENT_DIRECTORY = 2;
const NO_BASE = { high: 0, low: 0 };

/** A description of the columns, then the rows. */
function readEntries5(reader: Reader, sizes: FormSizes, list: EntryList): void {
  const columns: (readonly [content: number, form: number])[] = [];
  for (let i = reader.u8(); i > 0; i--) columns.push([reader.uleb(), reader.uleb()]);
  const count = reader.uleb();
  for (let i = 0; i < count; i++) {
    const start = reader.offset;
    let form = dw.FORM_STRING;
    let value = dw.NONE;
    let directory = 0;
    for (const [content, columnForm] of columns) {
      const read = readValue(reader, columnForm, 0, sizes, NO_BASE);
      if (content === CONTENT_PATH) {
        form = columnForm;
        value = read;
      } else if (content === CONTENT_DIRECTORY) {
        directory = read;
      }
    }
    // Rows that take no bytes would make any count true.
    if (reader.offset === start) throw new FormatError("damaged", "a file table with empty rows", start);
    push(list, form, value, directory);
  }
}

function push(list: EntryList, form: number, value: number, directory: number): void {
  if (list.forms.length === MAX_LINE_FILES) throw new FormatError("too-large", `more than ${MAX_LINE_FILES} files`);
  list.forms.push(form);
  list.values.push(value <= dw.NONE ? value : dw.NONE);
  list.directories.push(directory <= dw.NONE ? directory : dw.NONE);
}

/** Position of a file in the table: programs before version 5 count from 1. */
export function fileIndex(files: FileTable, number: number): number | undefined {
  const index = files.version >= 5 ? number : number - 1;
  return index >= 0 && index < files.fileForms.length ? index : undefined;
}

/** Directory 0 is the compilation directory itself, which only version 5 lists. */
export function directoryIndex(files: FileTable, number: number): number | undefined {
  const index = files.version >= 5 ? number : number - 1;
  return index >= 0 && index < files.directoryForms.length ? index : undefined;
}

/** What is absolute wins over what stands before it; a directory of `/` joins without doubling. */
export function joinPath(directory: string, name: string): string {
  if (directory === "" || isAbsolute(name)) return name;
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
