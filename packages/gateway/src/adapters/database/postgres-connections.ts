/** How many connections to PostgreSQL one gateway holds at most for its work. */
export const connectionsAtWork = 10;
/** How many more hear of changes: for API keys, and for sessions. */
const connectionsThatListen = 2;
/** How many one gateway holds at most. */
export const connectionsOfOne = connectionsAtWork + connectionsThatListen;
