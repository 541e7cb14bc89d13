package ai.ipai.connectors.file;

import ai.ipai.spi.connector.Cancellation;
import java.util.ArrayDeque;
import java.util.Deque;

/** The parsers of one connector: started when needed, used again, ended with it. Thread-safe. */
final class ParserPool implements AutoCloseable {
  private final ParserProgram program;
  private final Cancellation cancellation;
  private final Deque<ParserProcess> idle = new ArrayDeque<>();
  private boolean isClosed;

  ParserPool(ParserProgram program, Cancellation cancellation) {
    this.program = program;
    this.cancellation = cancellation;
  }

  /** Starts one that will be taken soon: it gets ready meanwhile. */
  void prepare() {
    giveBack(take());
  }

  /** To be given back by {@link #giveBack}. */
  ParserProcess take() {
    cancellation.check();
    synchronized (this) {
      ParserProcess parser = idle.poll();
      while (parser != null && !parser.isIdle()) {
        parser.close();
        parser = idle.poll();
      }
      if (parser != null) {
        return parser;
      }
    }
    return ParserProcess.start(program, cancellation);
  }

  /** One that is not idle is ended. */
  void giveBack(ParserProcess parser) {
    boolean isKept;
    synchronized (this) {
      isKept = !isClosed && parser.isIdle();
      if (isKept) {
        idle.push(parser);
      }
    }
    if (!isKept) {
      parser.close();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      idle.forEach(ParserProcess::close);
      idle.clear();
    }
  }
}
