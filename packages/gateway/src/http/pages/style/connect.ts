/** What a user's browser sees on the way to a broker and back. */
export const connectStyle = `
`;
