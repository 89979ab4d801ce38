/** Every tool whose traces are known. A new one is a file beside this and a line in it. */
import type { Tool } from "../rule.ts";
import { aider } from "./aider.ts";
import { amazonQ } from "./amazon-q.ts";
import { amp } from "./amp.ts";
import { antigravity } from "./antigravity.ts";
import { augment } from "./augment.ts";
import { bolt } from "./bolt.ts";
import { claudeCode } from "./claude-code.ts";
import { cline } from "./cline.ts";
import { codebuff } from "./codebuff.ts";
import { coderabbit } from "./coderabbit.ts";
import { codex } from "./codex.ts";
import { cody } from "./cody.ts";
import { continueDev } from "./continue.ts";
import { copilot } from "./copilot.ts";
import { crush } from "./crush.ts";
import { cursor } from "./cursor.ts";
import { devin } from "./devin.ts";
import { entire } from "./entire.ts";
import { factoryDroid } from "./factory-droid.ts";
import { firebender } from "./firebender.ts";
import { geminiCli } from "./gemini-cli.ts";
import { geminiCodeAssist } from "./gemini-code-assist.ts";
import { goose } from "./goose.ts";
import { jules } from "./jules.ts";
import { junie } from "./junie.ts";
import { kdeps } from "./kdeps.ts";
import { kiloCode } from "./kilo-code.ts";
import { kiro } from "./kiro.ts";
import { lovable } from "./lovable.ts";
import { nori } from "./nori.ts";
import { opencode } from "./opencode.ts";
import { openhands } from "./openhands.ts";
import { plandex } from "./plandex.ts";
import { qwenCode } from "./qwen-code.ts";
import { replit } from "./replit.ts";
import { rooCode } from "./roo-code.ts";
import { sweAgent } from "./swe-agent.ts";
import { trae } from "./trae.ts";
import { unnamed } from "./unnamed.ts";
import { v0 } from "./v0.ts";
import { warp } from "./warp.ts";
import { windsurf } from "./windsurf.ts";
import { zed } from "./zed.ts";

export const tools: readonly Tool[] = [
  claudeCode,
  copilot,
  geminiCodeAssist,
  geminiCli,
  antigravity,
  jules,
  cursor,
  codex,
  aider,
  devin,
  windsurf,
  cline,
  rooCode,
  kiloCode,
  continueDev,
  amp,
  opencode,
  crush,
  openhands,
  sweAgent,
  junie,
  kiro,
  amazonQ,
  factoryDroid,
  warp,
  zed,
  replit,
  lovable,
  v0,
  qwenCode,
  cody,
  augment,
  firebender,
  nori,
  codebuff,
  plandex,
  coderabbit,
  goose,
  bolt,
  trae,
  kdeps,
  entire,
  unnamed,
];
