import type { AccessTokens } from '../../auth/access-tokens';
import {
	HttpFault,
	type HttpExchange,
	type HttpReply,
	type HttpRequest,
} from '../../auth/http-client';
import type { MailAccount } from '../../auth/mail-account';
import type { StoredToken } from '../../auth/stored-token';
import type { Failure, FaultContext } from '../../failure/model/failure';
import { isForAnotherService, lacksPermission } from '../../failure/rules/graph/match-graph-claims';
import { createRedaction, type Redaction } from '../../untrusted/redact';
import { toWellFormed } from '../../untrusted/well-formed';
import type { Transcript } from '../../status/transcript';
import { sessionContext } from '../fault-context';
import { isRefusedAlive, tokenInTime, type SignInMemory } from '../token-wait';

/** One request to Graph about the account's mailbox. */
export interface GraphCall {
	readonly method: HttpExchange['method'];
	/** Below the user, e.g. `/sendMail`; each part encoded. */
	readonly path: string;
	/** The path as a transcript shows it, without identifiers. */
	readonly shownPath?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
	/** Default: what is left of the attempt. */
	readonly timeoutMs?: number;
	/** Whether a stop lets it go on: what may be accepted any moment is waited for. */
	readonly isFinal?: boolean;
}

/** What came of a request: an answer of whatever status, or none. */
export type GraphResult =
	| { readonly kind: 'answered'; readonly reply: HttpReply }
	| { readonly kind: 'unanswered'; readonly fault: HttpFault }
	/** There is no access token to ask with. */
	| { readonly kind: 'noToken'; readonly failure: Failure };

/** What one attempt's requests share. */
export interface ConversationLimits {
	readonly timeoutMs: number;
	readonly signal?: AbortSignal | undefined;
	readonly transcript?: Transcript | undefined;
}

/** An attempt's requests, one after another. */
export interface GraphConversation {
	/**
	 * Asks Graph, with the access token; one that is refused is replaced once, as is an application's
	 * that lacks a permission: one that was granted since is in the next. Never throws.
	 */
	ask(call: GraphCall): Promise<GraphResult>;
	/** Sends to an address that Graph has given, which needs no token and must not get one. Never throws. */
	askAt(
		url: string,
		shown: string,
		call: Omit<GraphCall, 'path' | 'shownPath'>,
	): Promise<GraphResult>;
	/** Keeps a text out of whatever is told. */
	keepSecret(text: string): void;
	/** What is known of a fault but its stage. */
	context(): Omit<FaultContext, 'stage'>;
	redaction(): Redaction;
	remark(text: string): void;
	/** Ms left of the attempt, at least 1. */
	remainingMs(): number;
	/** Aborts with the end of the attempt's time, or with a stop. */
	end(): AbortSignal;
	readonly isStopped: () => boolean;
	/** The access token that it asks with; missing before it has one. */
	readonly usedToken: () =>
		{ readonly token: StoredToken; readonly isReplaced: boolean } | undefined;
}

function describeReply({ status, headers, body }: HttpReply): string {
	const id = headers['request-id'];
	const code = /^\s*\{\s*"error"\s*:\s*\{\s*"code"\s*:\s*"([\w.]{1,80})"/.exec(body)?.[1];
	const wait = headers['retry-after'];
	return [
		String(status),
		...(code === undefined ? [] : [code]),
		...(id === undefined ? [] : [`(request-id ${id})`]),
		...(wait === undefined ? [] : [`(Retry-After ${wait})`]),
	].join(' ');
}

/** Begins the requests of one attempt. */
export function converse(
	account: MailAccount,
	tokens: AccessTokens,
	request: HttpRequest,
	{ timeoutMs, signal, transcript }: ConversationLimits,
	memory: SignInMemory,
): GraphConversation {
	const endsAtMs = performance.now() + timeoutMs;
	const remainingMs = (): number => Math.max(1, endsAtMs - performance.now());
	const base = `https://${account.host}/v1.0/users/${encodeURIComponent(toWellFormed(account.user))}`;
	const secrets = new Set<string>();
	let token: StoredToken | undefined;
	let isReplaced = false;

	const context = (): Omit<FaultContext, 'stage'> => {
		const { deliverVia, adminCenter } = account;
		return {
			...sessionContext(account, token),
			deliverVia,
			nowMs: Date.now(),
			secrets: [...secrets],
			...(adminCenter === undefined ? {} : { adminCenter }),
		};
	};
	const redaction = (): Redaction => createRedaction([...secrets]);

	/** Takes the credential's token, or another one than the refused. */
	const takeToken = async (refused?: StoredToken): Promise<Failure | undefined> => {
		const limits = { timeoutMs: remainingMs(), signal };
		const result = await tokenInTime(tokens, refused, account.provider, limits);
		if (!result.ok) return result.failure;
		token = result.value;
		for (const secret of token.secrets) secrets.add(secret);
		return undefined;
	};

	const exchange = async (
		url: string,
		shown: string,
		call: Omit<GraphCall, 'path' | 'shownPath'>,
		authorization: Readonly<Record<string, string>>,
	): Promise<GraphResult> => {
		const { method, headers, body, isFinal } = call;
		const size = body === undefined ? '' : ` (${String(Buffer.byteLength(body))} bytes)`;
		transcript?.say('C', `${method} ${shown}${size}`, redaction());
		try {
			const reply = await request({
				method,
				url,
				headers: { ...headers, ...authorization },
				...(body === undefined ? {} : { body }),
				timeoutMs: call.timeoutMs ?? remainingMs(),
				signal: isFinal === true ? undefined : signal,
			});
			transcript?.say('S', describeReply(reply), redaction());
			return { kind: 'answered', reply };
		} catch (error: unknown) {
			const fault = error instanceof HttpFault ? error : new HttpFault('network', false, error);
			const went = fault.isUnsent
				? 'the request had not gone out'
				: 'the request may have gone out';
			transcript?.remark(`no answer, ${went}: ${fault.code} ${redaction().redact(fault.message)}`);
			return { kind: 'unanswered', fault };
		}
	};

	/** Whether another token may be let in where this one was not. */
	const isWorthAnother = (status: number, path: string): boolean => {
		if (status !== 403 || account.signIn !== 'application') return status === 401;
		const permission = /\/send(?:Mail)?$/.test(path) ? 'Mail.Send' : 'Mail.ReadWrite';
		return lacksPermission(context().tokenClaims, { isApplication: true, permission });
	};

	return {
		async ask(call) {
			if (token === undefined) {
				const failure = await takeToken();
				if (failure !== undefined) return { kind: 'noToken', failure };
			}
			const shown = `${account.host}/v1.0/users/{user}${call.shownPath ?? call.path}`;
			for (;;) {
				const used = token;
				const authorization = { Authorization: `Bearer ${used?.accessToken ?? ''}` };
				const result = await exchange(`${base}${call.path}`, shown, call, authorization);
				const isRefused =
					result.kind === 'answered' && isWorthAnother(result.reply.status, call.path);
				if (!isRefused || used === undefined) return result;
				const { refusedReplacements } = memory;
				if (isReplaced) refusedReplacements.add(used.accessToken);
				const isHopeless = refusedReplacements.has(used.accessToken) || isRefusedAlive(used);
				if (isHopeless || signal?.aborted === true) return result;
				isReplaced = true;
				transcript?.remark('asking for another access token');
				const tellsMore =
					result.reply.status === 403 || isForAnotherService({ ...context(), stage: 'auth' });
				const failure = await takeToken(used);
				// The refused token tells more than that there is no other.
				if (failure !== undefined) return tellsMore ? result : { kind: 'noToken', failure };
			}
		},
		askAt: async (url, shown, call) => await exchange(url, shown, call, {}),
		keepSecret(text) {
			if (text !== '') secrets.add(text);
		},
		context,
		redaction,
		remark(text) {
			transcript?.remark(redaction().redact(text));
		},
		remainingMs,
		end() {
			const time = new AbortController();
			setTimeout(() => {
				time.abort();
			}, remainingMs()).unref();
			return AbortSignal.any([time.signal, ...(signal === undefined ? [] : [signal])]);
		},
		isStopped: () => signal?.aborted === true,
		usedToken: () => (token === undefined ? undefined : { token, isReplaced }),
	};
}
