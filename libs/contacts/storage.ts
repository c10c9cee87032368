/** Injection token of the FileStorage that holds uploads and rejected rows; the apps choose the adapter. */
export const STORAGE = Symbol('Storage');
