// Shows adr-scan at work: makes a small git repository from fixtures/demo/, with a service on main and a
// branch that five commits have added to, and scans the branch. The repository is the same each time, down to the
// ids of its commits.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const fixture = join(root, "fixtures", "demo");
const BRANCH = "feature/reports";

/** Makes the repository in a new folder `frontdesk` of a folder, with the branch checked out, and answers its path. */
export function makeDemoRepository(folder) {
  const repository = join(folder, "frontdesk");
  mkdirSync(repository);
  const git = gitIn(repository, folder);
  git(["init", "--quiet", "--template=", "--object-format=sha1", "--initial-branch=main"]);

  cpSync(join(fixture, "main"), repository, { recursive: true });
  for (const commit of readJson(join(fixture, "history.json"))) {
    git(["add", "--", ...commit.paths]);
    git(commitArguments(commit), commit);
  }
  const left = git(["status", "--porcelain"]);
  if (left !== "") throw new Error(`history.json leaves files out:\n${left}`);

  git(["checkout", "--quiet", "-b", BRANCH]);
  for (const name of readdirSync(join(fixture, "branch")).sort()) {
    const overlay = join(fixture, "branch", name);
    const commit = readJson(join(overlay, "commit.json"));
    cpSync(overlay, repository, {
      recursive: true,
      filter: (from) => from !== join(overlay, "commit.json"),
    });
    for (const path of commit.deletions ?? []) rmSync(join(repository, path));
    git(["add", "--all"]);
    git(commitArguments(commit), commit);
  }
  return repository;
}

/** Runs git with nothing of the machine's own settings, and nothing of a hook that may be running this. */
function gitIn(repository, home) {
  const settings = join(home, "gitconfig");
  writeFileSync(settings, "[core]\n\tautocrlf = false\n\tfileMode = false\n");
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:GIT_|XDG_)/.test(name));
  const environment = {
    ...Object.fromEntries(inherited),
    HOME: home,
    GIT_CONFIG_GLOBAL: settings,
    GIT_CONFIG_NOSYSTEM: "1",
  };
  return (args, { author, date } = {}) => {
    const [, name, email] = /^(.+) <(.+)>$/.exec(author ?? "") ?? [];
    const who = author && {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    };
    const { status, stdout, stderr, error } = spawnSync("git", args, {
      cwd: repository,
      encoding: "utf8",
      env: { ...environment, ...who },
    });
    if (error) throw new Error(`git cannot be run: ${error.message}`);
    if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
    return stdout;
  };
}

function commitArguments({ message }) {
  return [
    "commit",
    "--quiet",
    "--no-verify",
    "--cleanup=verbatim",
    "-m",
    `${message.join("\n")}\n`,
  ];
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Runs the scanner as a user would; its status is for the caller to judge. */
function adrScan(repository, args) {
  const { status, error } = spawnSync(
    process.execPath,
    [join(root, "bin", "adr-scan.js"), ...args],
    { cwd: repository, stdio: ["ignore", "inherit", "inherit"] },
  );
  if (error) throw error;
  // 0 and 1 are the gate's answers; with anything else there is no report to show.
  if (status !== 0 && status !== 1)
    throw new Error(`adr-scan ${args.join(" ")} ended with status ${status}`);
  return status;
}

function demo() {
  const repository = makeDemoRepository(mkdtempSync(join(tmpdir(), "adr-scan-demo-")));
  const commits = readdirSync(join(fixture, "branch")).length;
  console.log(
    `A ticket desk in TypeScript; its branch ${BRANCH} adds ${commits} commits to main.\n`,
  );
  console.log("$ adr-scan diff main\n");
  const status = adrScan(repository, ["diff", "main"]);

  const sarif = join(root, "demo-out", "adr-scan.sarif");
  mkdirSync(dirname(sarif), { recursive: true });
  adrScan(repository, ["diff", "main", "--format", "sarif", "--output", sarif]);

  console.log(
    `\nThe exit status was ${status}: ${status === 0 ? "the gate lets this pass" : "the gate refuses this branch"}.`,
  );
  console.log(`The same as SARIF:  ${relative(process.cwd(), sarif)}`);
  console.log(`The repository:     ${repository}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    demo();
  } catch (error) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  }
}
