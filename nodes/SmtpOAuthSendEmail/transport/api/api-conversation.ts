import type { AccessTokens, TokenResult } from '../../auth/access-tokens';
import { HttpFault, type HttpReply } from '../../auth/http-client';
import type { MailAccount } from '../../auth/mail-account';
import type { StoredToken } from '../../auth/stored-token';
import { summarizeAnswer } from '../../failure/classify-api';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import { type FailureDraft, STOPPED } from '../../failure/model/failure';
import { succeed } from '../../result/result';
import { countDown } from '../../timing/count-down';
import { createRedaction, type Redaction } from '../../untrusted/redact';
import { sessionContext, type SessionContext } from '../fault-context';
import type { AttemptLimits, TransportDependencies } from '../mail-transport';
import { isRefusedAlive, tokenInTime } from '../token-wait';
import { TOOK_TOO_LONG, unreadable } from '../unreadable';
import type { ApiAnswers } from './api-answers';
import type { ApiExchange, ApiResult } from './api-call';

/** What the requests of all attempts share. */
export interface ApiLink extends Pick<TransportDependencies, 'request' | 'egress' | 'memory'> {
	readonly account: MailAccount;
	readonly tokens: AccessTokens;
}

/** The access token in use. */
interface UsedToken {
	readonly token: StoredToken;
	/** Whether it has replaced a refused one. */
	readonly isReplaced: boolean;
}

/** Where a request goes. */
export interface ApiAddress {
	readonly url: string;
	/** The address as a transcript shows it, without identifiers. */
	readonly shown: string;
}

/**
 * The requests of one attempt to an API over HTTPS, one after another, each with the access token. What
 * an API has of its own its class says: where a call goes, and what its refusals mean for the token.
 */
export abstract class ApiConversation<Call extends ApiExchange> {
	readonly #remaining: () => AttemptLimits;
	readonly #secrets = new Set<string>();
	#used: UsedToken | undefined;
	#tokenMs = 0;

	/** @param limits `timeoutMs`: for all requests together */
	constructor(
		readonly link: ApiLink,
		private readonly limits: AttemptLimits,
	) {
		this.#remaining = countDown(limits);
	}

	/** The access token that it asks with; `undefined` before it has one. */
	get usedToken(): UsedToken | undefined {
		return this.#used;
	}

	/** How long it has waited for access tokens, in ms. */
	get tokenMs(): number {
		return Math.round(this.#tokenMs);
	}

	/** Aborts when the execution is stopped. */
	get signal(): AbortSignal | undefined {
		return this.limits.signal;
	}

	get isStopped(): boolean {
		return this.signal?.aborted === true;
	}

	/** What is left of the attempt's time, in ms, at least 1. */
	get remainingMs(): number {
		return this.#remaining().timeoutMs;
	}

	/** What is known of a fault except its stage. */
	get context(): SessionContext {
		const { account } = this.link;
		const { deliverVia, adminCenter } = account;
		return {
			...sessionContext(account, this.#used?.token),
			deliverVia,
			adminCenter,
			nowMs: Date.now(),
			secrets: [...this.#secrets],
		};
	}

	get redaction(): Redaction {
		return createRedaction([...this.#secrets]);
	}

	/** Whether n8n's egress filter lets connections to a host out. */
	allowsHost(host: string): boolean {
		return this.link.egress?.validateConnectionHost(host).ok !== false;
	}

	/** Keeps a text out of everything that is told. */
	keepSecret(text: string): void {
		if (text !== '') this.#secrets.add(text);
	}

	remark(text: string): void {
		this.limits.transcript?.remark(this.redaction.redact(text));
	}

	/** Aborts with the end of the attempt's time, or with a stop. */
	end(): AbortSignal {
		const time = new AbortController();
		setTimeout(() => {
			time.abort();
		}, this.remainingMs).unref();
		return this.signal === undefined ? time.signal : AbortSignal.any([time.signal, this.signal]);
	}

	/** What the API's answers mean. */
	abstract readonly answers: ApiAnswers;

	/**
	 * Why reading what is to be sent has ended: by a stop, by the attempt's time, or by its own fault.
	 *
	 * @param end what `end` gave for the reading
	 * @param what the subject of the sentence, where it is known
	 */
	unreadable(end: AbortSignal, error: unknown, what?: string): FailureDraft {
		if (this.isStopped) return STOPPED;
		return unreadable(end.aborted ? TOOK_TOO_LONG : error, what);
	}

	protected abstract locate(call: Call): ApiAddress;

	/** Whether the token lacks something that the credential's next one may have. */
	protected abstract isLacking(reply: HttpReply, call: Call): boolean;

	/** Whether the refusal of a token tells more than that there is no other one. */
	protected tellsMore({ status }: HttpReply): boolean {
		return status === 403;
	}

	/**
	 * Asks with the access token. A refused token is replaced once, and so is one that lacks what the
	 * next one may have. Never throws.
	 */
	async ask(call: Call): Promise<ApiResult> {
		const { url, shown } = this.locate(call);
		const first = this.#used === undefined ? await this.#takeToken() : succeed(this.#used.token);
		if (!first.ok) return { kind: 'noToken', failure: first.failure };
		for (let token = first.value; ;) {
			const authorization = { Authorization: `Bearer ${token.accessToken}` };
			const result = await this.#exchange(url, shown, call, authorization);
			if (!this.#isWorthAnother(result, call, token)) return result;
			this.remark('asking for another access token');
			const other = await this.#takeToken(token);
			if (!other.ok) {
				// The refused token tells more than that there is no other.
				const isTelling = result.kind === 'answered' && this.tellsMore(result.reply);
				return isTelling ? result : { kind: 'noToken', failure: other.failure };
			}
			token = other.value;
		}
	}

	/** Sends to an address that the server has given. It needs no token and must not get one. Never throws. */
	async askAt(url: string, shown: string, exchange: ApiExchange): Promise<ApiResult> {
		return await this.#exchange(url, shown, exchange, {});
	}

	/** Takes the credential's token, or another one than the refused. */
	async #takeToken(refused?: StoredToken): Promise<TokenResult> {
		const { tokens, account } = this.link;
		const startedAtMs = performance.now();
		const result = await tokenInTime(tokens, refused, account.provider, this.#remaining());
		this.#tokenMs += performance.now() - startedAtMs;
		if (result.ok) {
			const token = result.value;
			for (const secret of token.secrets) this.#secrets.add(secret);
			this.#used = { token, isReplaced: refused !== undefined };
		}
		return result;
	}

	/** Whether the server might let another token in where it refused this one. */
	#isWorthAnother(result: ApiResult, call: Call, token: StoredToken): boolean {
		if (result.kind !== 'answered') return false;
		if (result.reply.status !== 401 && !this.isLacking(result.reply, call)) return false;
		const { refusedReplacements } = this.link.memory;
		if (this.#used?.isReplaced === true) refusedReplacements.add(token.accessToken);
		return !(refusedReplacements.has(token.accessToken) || isRefusedAlive(token) || this.isStopped);
	}

	async #exchange(
		url: string,
		shown: string,
		{ method, headers, body, timeoutMs = this.remainingMs, isFinal }: ApiExchange,
		authorization: Readonly<Record<string, string>>,
	): Promise<ApiResult> {
		const { transcript } = this.limits;
		const size = body === undefined ? '' : ` (${String(Buffer.byteLength(body))} bytes)`;
		transcript?.say('C', `${method} ${shown}${size}`, this.redaction);
		try {
			const reply = await this.link.request({
				method,
				url,
				headers: { ...headers, ...authorization },
				body,
				timeoutMs,
				signal: isFinal === true ? undefined : this.signal,
			});
			transcript?.say('S', summarize(reply), this.redaction);
			return { kind: 'answered', reply };
		} catch (error: unknown) {
			const fault = error instanceof HttpFault ? error : new HttpFault('network', false, error);
			const went = fault.isUnsent ? 'had not gone out' : 'may have gone out';
			this.remark(`no answer, the request ${went}: ${fault.code} ${fault.message}`);
			return { kind: 'unanswered', fault };
		}
	}
}

/** An answer in one line of a transcript. */
function summarize(reply: HttpReply): string {
	const wait = reply.headers['retry-after'];
	const said = summarizeAnswer({ ...readApiAnswer(reply, Date.now()), text: '' });
	return wait === undefined ? said : `${said} (Retry-After ${wait})`;
}
