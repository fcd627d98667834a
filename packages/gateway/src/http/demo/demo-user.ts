/** The demo's only user. A real app takes its user from its own session. */
export const demoUser = "demo-user";
