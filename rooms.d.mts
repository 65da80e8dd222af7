/** See rooms.mjs. */
export declare const ROOMS: Readonly<Record<string, readonly string[]>>;
/** See rooms.mjs. */
export declare function roomOf(file: string): string | undefined;
/** See rooms.mjs. */
export declare function roomOfImport(file: string, specifier: string): string | undefined;
