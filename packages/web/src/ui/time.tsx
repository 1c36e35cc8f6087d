/** A time as people say it, with the absolute one in its title. */
import { useHub } from "../hub/hub.ts";
import { ago, utc } from "./dates.ts";

export function Ago({ time }: { readonly time: string }) {
  const { now } = useHub();
  return (
    <time dateTime={time} title={utc(time)}>
      {ago(time, now())}
    </time>
  );
}
