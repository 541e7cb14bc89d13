package ai.ipai.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A pool's connection in a borrower's hands: closing it, once, ends the borrower's turn. */
final class LentConnection implements InvocationHandler {
  private final Connection pooled;
  private final LoginPool pool;
  private final AtomicBoolean returned = new AtomicBoolean();

  private LentConnection(Connection pooled, LoginPool pool) {
    this.pooled = pooled;
    this.pool = pool;
  }

  static Connection of(Connection pooled, LoginPool pool) {
    return (Connection)
        Proxy.newProxyInstance(
            LentConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new LentConnection(pooled, pool));
  }

  /**
   * Takes the connection out of the borrower's hands without ending the turn.
   *
   * @return the pool's own; null if it was given back before
   */
  static @Nullable Connection take(Connection lent) {
    LentConnection handler = (LentConnection) Proxy.getInvocationHandler(lent);
    return handler.returned.compareAndSet(false, true) ? handler.pooled : null;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // A proxy is equal to itself only.
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    return switch (method.getName()) {
      case "close" -> {
        if (returned.compareAndSet(false, true)) {
          pool.giveBack(pooled);
        }
        yield null;
      }
      case "isClosed" -> returned.get() || pooled.isClosed();
      case "equals" -> arguments != null && self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      case "toString" -> "connection of " + pool;
      default -> call(method, arguments);
    };
  }

  private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    if (returned.get()) {
      throw new SQLException("the connection was given back", "08003");
    }
    try {
      return method.invoke(pooled, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }
}
