/** What the reader may do here: pages leave out what the hub would refuse. */
import { useQuery } from "@tanstack/react-query";
import { type Access, RIGHTS_OF_ROLE, type Session } from "@windfall/api";
import { useHub } from "./hub.ts";
import { sessionQuery } from "./queries.ts";

export const may = (session: Session, access: Access): boolean => RIGHTS_OF_ROLE[session.person.role].includes(access);

/** `false` until it is known. */
export function useMay(access: Access): boolean {
  const { client } = useHub();
  const session = useQuery(sessionQuery(client)).data;
  return session !== undefined && may(session, access);
}
