// A busy machine is no failure: nothing here is timed, and what hangs is ended all the same.
export default { test: { testTimeout: 60_000, hookTimeout: 60_000 } };
