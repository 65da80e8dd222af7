/**
 * The process of the mail server and of the links to it, started by mail-server.ts: apart from the
 * sender, so that the sender's CPU time is its own.
 */
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createSecureContext, createServer } from 'node:tls';
import { createCertificateAuthority } from '../../sandbox/net/certificates.js';
import { startDelayingLink } from './delaying-link.js';
import type { MailAddress, MailAnswer, MailReceipts, MailRequest } from './mail-protocol.js';
import { MailSession } from './mail-session.js';
import type { MailEvents } from './mail-session.js';

let connections = 0;
let octets = 0;
let beganAtMs: number[] = [];
let endedAtMs: number[] = [];
const awaited: { readonly id: number; readonly count: number }[] = [];

function answer(id: number, content: MailAnswer['answer']): void {
	process.send?.({ id, answer: content } satisfies MailAnswer);
}

function answerAwaited(): void {
	for (const request of [...awaited]) {
		if (endedAtMs.length < request.count) continue;
		awaited.splice(awaited.indexOf(request), 1);
		answer(request.id, null);
	}
}

async function portOf(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}

async function linksTo(
	port: number,
	roundTripsMs: readonly number[],
): Promise<Record<number, number>> {
	const ports: Record<number, number> = { 0: port };
	for (const roundTripMs of roundTripsMs) {
		ports[roundTripMs] = await startDelayingLink(port, roundTripMs);
	}
	return ports;
}

async function start(roundTripsMs: readonly number[], isOpen: boolean): Promise<MailAddress> {
	const authority = await createCertificateAuthority('SMTP OAuth Bench CA');
	const { certificate, privateKey, caCertificate } = await authority.issueServerCertificate();
	const secrets = { key: privateKey, cert: certificate };
	const events: MailEvents = {
		received: (count) => {
			octets += count;
		},
		began: () => beganAtMs.push(performance.now()),
		ended: () => {
			endedAtMs.push(performance.now());
			if (awaited.length > 0) answerAwaited();
		},
	};
	const secureContext = createSecureContext(secrets);
	const explicitPort = await portOf(
		createTcpServer((socket) => {
			connections += 1;
			new MailSession(socket, events, isOpen, secureContext);
		}),
	);
	const implicitPort = await portOf(
		createServer(secrets, (socket) => {
			connections += 1;
			new MailSession(socket, events, isOpen);
		}),
	);
	const echo = createTcpServer({ noDelay: true }, (socket) => {
		socket.on('error', () => undefined);
		socket.pipe(socket);
	});
	return {
		ports: {
			explicit: await linksTo(explicitPort, roundTripsMs),
			implicit: await linksTo(implicitPort, roundTripsMs),
		},
		echoPorts: await linksTo(await portOf(echo), roundTripsMs),
		caCertificate,
	};
}

process.on('message', (request: MailRequest) => {
	switch (request.ask) {
		case 'receipts':
			answer(request.id, {
				timeOriginMs: performance.timeOrigin,
				connections,
				octets,
				beganAtMs,
				endedAtMs,
			} satisfies MailReceipts);
			break;
		case 'forget':
			connections = 0;
			octets = 0;
			beganAtMs = [];
			endedAtMs = [];
			answer(request.id, null);
			break;
		case 'whenReceived':
			awaited.push(request);
			answerAwaited();
			break;
		default:
			request satisfies never;
	}
});
// The process that started this one is gone.
process.on('disconnect', () => process.exit());

const [isOpen, ...roundTripsMs] = process.argv.slice(2).map(Number);
answer(0, await start(roundTripsMs, isOpen === 1));
