package ai.ipai.testing.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A connection whose server side dies right before its n-th statement or commit. */
final class KillingConnection {
  interface Kill {
    void run() throws SQLException;
  }

  private final Connection delegate;
  private final Kill kill;
  private int left;

  KillingConnection(Connection delegate, int step, Kill kill) {
    this.delegate = delegate;
    this.left = step;
    this.kill = kill;
  }

  Connection connection() {
    return proxy(Connection.class, handler(delegate));
  }

  private InvocationHandler handler(Object target) {
    return (self, method, arguments) -> {
      if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
        left--;
        if (left == 0) {
          kill.run();
        }
      }
      Object result = call(target, method, arguments);
      return switch (result) {
        case PreparedStatement prepared -> proxy(PreparedStatement.class, handler(prepared));
        case Statement statement -> proxy(Statement.class, handler(statement));
        case null, default -> result;
      };
    };
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            KillingConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
