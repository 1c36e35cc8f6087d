/**
 * Parameters and settings of one statement as `SET` statements. The engine's own parameter call is not isolated between
 * sessions (the package runs such queries one after the other, process-wide); `SET param_…` belongs to its session.
 * What a session was told it keeps, so the next statement resets the settings and refuses a parameter it did not bring itself.
 */
import { formatParameter, quoteLiteral } from "../literal.ts";
import type { Statement } from "./protocol.ts";

export interface SessionState {
  /** The `SET` that prepares the session for this statement. */
  prepare(statement: Statement): string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function createSessionState(): SessionState {
  const settings = new Set<string>();
  const params = new Set<string>();
  return {
    prepare(statement) {
      const changes: string[] = [`log_comment = ${quoteLiteral(statement.queryId)}`];
      for (const [name, value] of Object.entries(statement.settings)) {
        changes.push(`${checked(name)} = ${typeof value === "string" ? quoteLiteral(value) : Number(value)}`);
      }
      for (const name of settings) if (!(name in statement.settings)) changes.push(`${name} = DEFAULT`);
      for (const [name, value] of Object.entries(statement.params)) {
        changes.push(`param_${checked(name)} = ${quoteLiteral(formatParameter(value))}`);
      }
      for (const name of params) {
        if (!(name in statement.params) && statement.sql.includes(`{${name}:`)) {
          throw new Error(`Code: 456. DB::Exception: Substitution \`${name}\` is not set. (UNKNOWN_QUERY_PARAMETER)`);
        }
      }
      settings.clear();
      for (const name of Object.keys(statement.settings)) settings.add(name);
      for (const name of Object.keys(statement.params)) params.add(name);
      return `SET ${changes.join(", ")}`;
    },
  };
}

/** Names stand in the text as they are; they come from our code, and this keeps it so. */
function checked(name: string): string {
  if (!NAME.test(name)) throw new Error(`not a name for a setting or parameter: ${JSON.stringify(name)}`);
  return name;
}
