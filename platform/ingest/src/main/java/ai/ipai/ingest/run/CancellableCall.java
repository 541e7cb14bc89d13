package ai.ipai.ingest.run;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A question to a connector that ends within moments of a cancellation, whether the connector heeds
 * it or not.
 */
final class CancellableCall {
  private static final long MOMENT_MILLIS = 100;

  private CancellableCall() {}

  /**
   * What the call answers, or what it throws.
   *
   * @param unwanted takes an answer that comes after the cancellation
   * @throws IpaiException {@code CON-009} once the run is cancelled
   */
  static <T> T of(String name, Cancellation cancellation, Supplier<T> call, Consumer<T> unwanted) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(
                () -> {
                  try {
                    T given = call.get();
                    if (!answer.complete(given)) {
                      unwanted.accept(given);
                    }
                  } catch (Throwable failure) {
                    answer.completeExceptionally(failure);
                  }
                });
    while (true) {
      try {
        return answer.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        endIfAsked(cancellation, answer, thread);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        endIfAsked(cancellation, answer, thread);
      } catch (ExecutionException e) {
        throw thrown(e.getCause() == null ? e : e.getCause());
      }
    }
  }

  private static void endIfAsked(
      Cancellation cancellation, CompletableFuture<?> answer, Thread thread) {
    if (cancellation.isRequested()
        && answer.completeExceptionally(
            new IpaiException(ConnectorErrors.CANCELLED, "the run was cancelled")
                .hint("run it again: it goes on where it stopped"))) {
      thread.interrupt();
    }
  }

  private static RuntimeException thrown(Throwable failure) {
    return switch (failure) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      case Throwable other -> new IllegalStateException(other);
    };
  }
}
