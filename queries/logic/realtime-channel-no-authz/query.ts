/** Whoever has a connection joins any room it names, and hears what is said there. */
import { type Code, defineLogicQuery, plainName, type Service } from "../../../src/query-api.ts";
import { isAside } from "../paths.ts";
import { reachedFrom, wordsOf } from "../reach.ts";

/** Somebody has to be somebody in this program. */
const PEOPLE = /user|auth|token|session|member|account/;
const CHECKED =
  /member|access|permission|authori[sz]|allowed|owner|participant|(?:^|_)can(?:_|$)|verify|check|belongs|role/;

export default defineLogicQuery({
  id: "realtime-channel-no-authz",
  name: "Any room can be joined by whoever names it",
  cwe: ["CWE-862"],
  severity: "high",
  precision: "medium",
  persona: "regular",
  languages: ["javascript", "typescript", "python"],
  message:
    "Anyone connected hears what is meant for others: the room {room} is joined because the client names it, and nobody asks whether it may.",
  why: "Being connected says who somebody is, and not which rooms are theirs. Names of rooms are guessed, counted up or seen in addresses.",
  fix: "Look up, each time, whether the person of the connection belongs to the room, and take part of the name from the session where it is theirs alone. Test it with two users.",
  good: `
const { Server } = require("socket.io");
const io = new Server();
io.use(authenticate);
io.on("connection", (socket) => {
  socket.on("join", async (room) => {
    if (!(await isMember(socket.data.user.id, room))) return;
    socket.join(room);
  });
});
`,
  bad: `
const { Server } = require("socket.io");
const io = new Server();
io.use(authenticate);
io.on("connection", (socket) => {
  socket.on("join", (room) => {
    socket.join(room);
  });
});
`,

  *find(service) {
    const { code } = service;
    let people: boolean | undefined;
    for (const body of code.bodies) {
      if (isAside(body.file)) continue;
      for (const call of code.calls(body)) {
        const [joined] = code.acts(call).filter(({ act }) => act === "join-channel");
        if (joined?.of === undefined || isChecked(service, call)) continue;
        if (!isNamed(code, joined.of, connectionOf(code, call, joined.of))) continue;
        people ??= hasPeople(service, call);
        yield {
          at: call,
          values: { room: code.names(joined.of).at(-1) ?? "that is asked for" },
          related: [],
          confidence: people ? "medium" : "low",
        };
      }
    }
  },
});

/** Whether a room is what the client says, or is made of it; the connection itself is the server's. */
function isNamed(code: Code, value: number, own: ReadonlySet<number>, depth = 5): boolean {
  const at = code.behind(value);
  const part = code.part(at);
  if (depth === 0) return false;
  switch (part.kind) {
    case "formal":
      return !own.has(at);
    case "member":
      return (
        !code.names(at).some((name) => /user|session|auth|handshake/i.test(name)) &&
        isNamed(code, part.object, own, depth - 1)
      );
    case "text":
      return code.inputs(at).some((one) => isNamed(code, one, own, depth - 1));
    default:
      return false;
  }
}

/** The connection that joins: what the call is made on, and what it is given besides the room. */
function connectionOf(code: Code, call: number, room: number): ReadonlySet<number> {
  const part = code.part(call);
  if (part.kind !== "call") return new Set();
  const given = [
    ...(part.receiver === undefined ? [] : [part.receiver]),
    ...part.args.filter((arg) => arg !== room),
  ];
  return new Set(
    given.map((one) => {
      let at = code.behind(one);
      for (let inner = code.part(at); inner.kind === "member"; inner = code.part(at))
        at = code.behind(inner.object);
      return at;
    }),
  );
}

/** Whether joining depends on a test, or comes after a call that may fail. */
function isChecked(service: Service, call: number): boolean {
  const { code } = service;
  for (const { branch } of code.decidedBy(call)) {
    const words = [...code.words(branch)];
    const asks = code.within(branch).some((one) => code.part(one).kind === "call");
    if (asks || words.some((word) => CHECKED.test(plainName(word)) || PEOPLE.test(plainName(word))))
      return true;
  }
  const body = code.bodyOf(code.functionOf(call));
  for (const other of code.calls(body)) {
    const part = code.part(other);
    if (part.kind !== "call" || other >= call || !code.dominates(other, call)) continue;
    if (CHECKED.test(plainName(part.name)) || service.vocabulary.isDemand(part.name)) return true;
  }
  return false;
}

/** Whether the program knows who is connected: where nobody is anybody, rooms are for all. */
function hasPeople({ code, routes }: Service, call: number): boolean {
  if (routes.some(({ guards }) => guards.some(({ kinds }) => kinds.includes("authentication"))))
    return true;
  const file = code.fileOf(call);
  const near = code.bodies.filter((body) => body.file === file).map(({ fn }) => fn);
  return [...wordsOf(code, reachedFrom(code, near, 1))].some((word) =>
    PEOPLE.test(plainName(word)),
  );
}
