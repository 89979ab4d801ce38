/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  // A loaded machine is slow, and that is no fault of a test.
  testTimeout: 60_000,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/fixtures/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript", decorators: true } },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
};
