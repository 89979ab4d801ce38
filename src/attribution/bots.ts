/** Automation that writes commits by rule and not by model: dependency updates, releases, formatting. */

/** Logins of such bots. An unknown `[bot]` may well be an agent, and is not taken for one of these. */
const LOGINS = [
  "dependabot",
  "dependabot-preview",
  "renovate",
  "renovate-bot",
  "greenkeeper",
  "snyk-bot",
  "depfu",
  "pyup-bot",
  "scala-steward",
  "pre-commit-ci",
  "autofix-ci",
  "restyled-io",
  "deepsource-autofix",
  "imgbot",
  "allcontributors",
  "mergify",
  "kodiakhq",
  "bors",
  "semantic-release-bot",
  "release-please",
  "changeset-bot",
  "crowdin-bot",
  "weblate",
  "transifex-integration",
  "k8s-ci-robot",
].join("|");

const ADDRESS = new RegExp(
  `^((\\d+\\+)?(${LOGINS})(\\[bot\\])?@users\\.noreply\\.github\\.com|bot@renovateapp\\.com|(support|noreply)@dependabot\\.com|snyk-bot@snyk\\.io)$`,
);
const NAME = new RegExp(`^(${LOGINS})(\\[bot\\])?$`, "i");

export function isBot(name: string, email: string): boolean {
  return ADDRESS.test(email.toLowerCase()) || NAME.test(name);
}

/** The identity of a CI run: a bot's when nothing else is known, but what runs there may be an agent. */
export function isRunner(name: string, email: string): boolean {
  return (
    /^github-actions(\[bot\])?$/i.test(name) ||
    /^(\d+\+)?github-actions(\[bot\])?@(users\.noreply\.)?github\.com$/i.test(email)
  );
}
