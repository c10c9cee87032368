/** Something the person at the terminal can mend: the message says what, and no stack is shown. */
export class StartError extends Error {}
