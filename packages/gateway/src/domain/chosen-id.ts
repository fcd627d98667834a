/** An id that a caller chooses for an app or a tenant. `.` and `..` are none: a client drops them from an address. */
export const chosenId = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
