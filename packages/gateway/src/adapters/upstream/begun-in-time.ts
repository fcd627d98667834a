import { AsyncLocalStorage } from "node:async_hooks";
import type { Dispatcher } from "undici";

type IsLate = () => boolean;
type Handler = Dispatcher.DispatchHandler;

const limits = new AsyncLocalStorage<IsLate>();

/** Does a work whose requests are sent only while it isn't late, wherever it has waited before. */
export const whileNotLate = <T>(isLate: IsLate, work: () => Promise<T>): Promise<T> =>
  limits.run(isLate, work);

function heeding(handler: Handler, isLate: IsLate): Handler {
  return {
    // When there is a connection, just before the first byte is written to it; again where another one is taken.
    onRequestStart(controller, context) {
      handler.onRequestStart?.(controller, context);
      if (isLate()) controller.abort(new Error("It is too late to send this."));
    },
    onResponseStarted: () => handler.onResponseStarted?.(),
    onBodySent: (chunk) => handler.onBodySent?.(chunk),
    onRequestSent: () => handler.onRequestSent?.(),
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart: (...given) => handler.onResponseStart?.(...given),
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}

/**
 * Lets no request out that is late. A time limit of the runtime's can't: in a process that has stood still, what it was waiting
 * for is looked at before its timers are.
 */
export const begunInTime: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const isLate = limits.getStore();
  return dispatch(options, isLate ? heeding(handler, isLate) : handler);
};
