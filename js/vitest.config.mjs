// A busy machine is no failure: nothing here is timed, and what hangs is ended all the same.
// Coverage is counted only when asked for: npm run coverage, or make coverage for both languages.
export default {
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/*.test.ts", "src/**/*.d.ts", "src/testing/**"],
      reporter: ["text", "html"],
      reportsDirectory: "../coverage/typescript",
    },
  },
};
