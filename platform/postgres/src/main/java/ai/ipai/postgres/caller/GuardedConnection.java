package ai.ipai.postgres.caller;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.IpaiException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The connection that a work sees. It refuses to end the transaction, to change its mode and to
 * hand out the real connection; it closes when the work ends. {@code unwrap(CopyManager.class)}
 * gives COPY within the transaction.
 */
final class GuardedConnection implements InvocationHandler {
  private final Connection delegate;
  private final Connection proxy;
  private volatile boolean ended;

  private GuardedConnection(Connection delegate) {
    this.delegate = delegate;
    this.proxy = proxy(Connection.class, this);
  }

  static GuardedConnection of(Connection delegate) {
    return new GuardedConnection(delegate);
  }

  Connection connection() {
    return proxy;
  }

  void end() {
    ended = true;
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return identity(self, method, arguments, "caller connection");
    }
    return switch (method.getName()) {
      case "commit",
          "setAutoCommit",
          "setReadOnly",
          "setTransactionIsolation",
          "setCatalog",
          "setSchema",
          "setClientInfo",
          "setHoldability",
          "setNetworkTimeout",
          "abort",
          "beginRequest",
          "endRequest" ->
          throw refused(method.getName());
      case "rollback" -> {
        if (arguments == null || arguments.length == 0) {
          throw refused("rollback");
        }
        yield call(delegate, method, arguments);
      }
      case "getMetaData" -> throw refused("getMetaData");
      case "unwrap" -> unwrap(arguments);
      case "isWrapperFor" -> arguments != null && arguments[0] == CopyManager.class;
      case "close" -> null;
      case "isClosed" -> ended || delegate.isClosed();
      default -> statement(call(delegate, method, arguments));
    };
  }

  private Object unwrap(@Nullable Object @Nullable [] arguments) throws SQLException {
    checkOpen();
    if (arguments != null && arguments[0] == CopyManager.class) {
      return delegate.unwrap(PGConnection.class).getCopyAPI();
    }
    throw refused("unwrap");
  }

  private @Nullable Object statement(@Nullable Object result) {
    return switch (result) {
      case CallableStatement callable -> proxy(CallableStatement.class, guard(callable));
      case PreparedStatement prepared -> proxy(PreparedStatement.class, guard(prepared));
      case Statement plain -> proxy(Statement.class, guard(plain));
      case null, default -> result;
    };
  }

  private InvocationHandler guard(Statement statement) {
    return (self, method, arguments) -> {
      if (method.getDeclaringClass() == Object.class) {
        return identity(self, method, arguments, "caller statement");
      }
      return switch (method.getName()) {
        case "getConnection" -> proxy;
        case "unwrap" -> throw refused("unwrap");
        case "isWrapperFor" -> false;
        default -> call(statement, method, arguments);
      };
    };
  }

  private @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    checkOpen();
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }

  private void checkOpen() throws SQLException {
    if (ended) {
      throw new SQLException("the caller transaction has ended", "08003");
    }
  }

  private static IpaiException refused(String operation) {
    return new IpaiException(
        PostgresErrors.TRANSACTION_ESCAPE,
        "Work inside a caller transaction may not call " + operation + " on its connection.");
  }

  @SuppressWarnings("ReferenceEquality") // A proxy is equal to itself only.
  private static Object identity(
      Object self, Method method, @Nullable Object @Nullable [] arguments, String name) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      default -> name;
    };
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            GuardedConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
