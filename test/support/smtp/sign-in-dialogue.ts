import { expect } from 'vitest';
import type { ScriptedServer } from './scripted-smtp-server.js';
import { commandsOf } from './transport-setting.js';

/** The text's UTF-8 bytes in base64. */
export const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What a client said from AUTH to the end of the dialogue, on the only connection. */
export function dialogueOf(server: ScriptedServer, connection = 0): string[] {
	const lines = server.connections[connection]?.tlsLines ?? [];
	const start = lines.findIndex((line) => line.startsWith('AUTH'));
	const end = lines.findIndex((line) => /^(?:MAIL|QUIT)/.test(line));
	return lines.slice(start, end === -1 ? undefined : end);
}

/** The access token of an XOAUTH2 response. */
export function tokenOf(line: string | undefined): string {
	const response = Buffer.from(line ?? '', 'base64').toString();
	return /\u0001auth=Bearer (.*)\u0001\u0001$/.exec(response)?.[1] ?? '';
}

/** The server got no MAIL command and no message. */
export function expectNothingSent(server: ScriptedServer) {
	expect(commandsOf(server, 'MAIL')).toEqual([]);
	expect(server.completeMessages).toEqual([]);
}
