const NAME_CHARS = 120;

/**
 * The name of an uploaded file as it may be shown and stored: the part behind the last slash of either kind, without
 * control and direction characters, which could make `gpj.exe` look like `exe.jpg`. It never becomes a path.
 */
export function toDisplayName(fileName: string): string {
  const base = fileName.split(/[\\/]/).at(-1) ?? '';
  const visible = base.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim();
  return visible === '' || /^\.+$/.test(visible) ? 'upload' : visible.slice(0, NAME_CHARS);
}
