/**
 * Sessions of the embedded engine on one folder. A session runs one statement at a time, so statements wait for a free one
 * of their lane; one more session is kept for `KILL QUERY`, which must never wait.
 */
import type { Session } from "chdb";
import { quoteLiteral } from "../literal.ts";
import { CANCELLED_MESSAGE, type Statement } from "./protocol.ts";
import { createSessionState, type SessionState } from "./session-state.ts";

const READERS = 4;
export const SESSIONS = READERS + 2;
/** A statement can be cancelled a moment before the engine lists it; so the order is repeated until it has ended. */
const KILL_EVERY_MS = 50;

export interface SessionPool {
  run(statement: Statement): Promise<Uint8Array>;
  /** Ends the statement, running or waiting; unknown ids are ignored. */
  cancel(queryId: string): void;
  cancelAll(): void;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
}

interface Seat {
  readonly session: Session;
  readonly state: SessionState;
}

interface Job {
  readonly statement: Statement;
  readonly settle: { resolve(answer: Uint8Array): void; reject(reason: Error): void };
  cancelled: boolean;
}

interface Lane {
  readonly free: Seat[];
  readonly waiting: Job[];
}

export function createSessionPool(openSession: () => Session): SessionPool {
  const seat = (): Seat => ({ session: openSession(), state: createSessionState() });
  const control = openSession();
  const lanes: Record<Statement["lane"], Lane> = {
    write: { free: [seat()], waiting: [] },
    read: { free: Array.from({ length: READERS }, seat), waiting: [] },
  };
  const running = new Set<Job>();
  const whenIdle: (() => void)[] = [];

  function next(lane: Lane): void {
    while (lane.free.length > 0 && lane.waiting.length > 0) {
      const seat = lane.free.pop();
      const job = lane.waiting.shift();
      if (seat && job) void occupy(lane, seat, job);
    }
    if (running.size === 0 && Object.values(lanes).every(({ waiting }) => waiting.length === 0)) {
      for (const resolve of whenIdle.splice(0)) resolve();
    }
  }

  async function occupy(lane: Lane, seat: Seat, job: Job): Promise<void> {
    running.add(job);
    try {
      job.settle.resolve(await execute(seat, job));
    } catch (cause) {
      job.settle.reject(cause instanceof Error ? cause : new Error(String(cause)));
    }
    running.delete(job);
    lane.free.push(seat);
    next(lane);
  }

  async function execute({ session, state }: Seat, job: Job): Promise<Uint8Array> {
    const { sql, body } = job.statement;
    await session.queryAsync(state.prepare(job.statement));
    if (job.cancelled) throw new Error(CANCELLED_MESSAGE);
    const result = await session.queryAsync(body === undefined ? sql : `${sql}\n${body}`, { format: "JSONEachRow" });
    return result.bytes();
  }

  async function kill(job: Job): Promise<void> {
    job.cancelled = true;
    // Never SYNC: that hangs the whole process.
    const order = `KILL QUERY WHERE Settings['log_comment'] = ${quoteLiteral(job.statement.queryId)} ASYNC`;
    while (running.has(job)) {
      await control.queryAsync(order).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS));
    }
  }

  function cancelWhere(matches: (job: Job) => boolean): void {
    for (const lane of Object.values(lanes)) {
      for (const job of lane.waiting.filter(matches)) {
        lane.waiting.splice(lane.waiting.indexOf(job), 1);
        job.settle.reject(new Error(CANCELLED_MESSAGE));
      }
      next(lane);
    }
    for (const job of running) if (matches(job) && !job.cancelled) void kill(job);
  }

  return {
    run(statement) {
      return new Promise((resolve, reject) => {
        const lane = lanes[statement.lane];
        lane.waiting.push({ statement, settle: { resolve, reject }, cancelled: false });
        next(lane);
      });
    },
    cancel: (queryId) => cancelWhere((job) => job.statement.queryId === queryId),
    cancelAll: () => cancelWhere(() => true),
    idle() {
      return new Promise((resolve) => {
        whenIdle.push(resolve);
        next(lanes.read);
      });
    },
  };
}
