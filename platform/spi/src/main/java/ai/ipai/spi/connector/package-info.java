/**
 * What a connector is, in ten minutes: a {@link ai.ipai.spi.connector.ConnectorType} describes its
 * settings and opens a {@link ai.ipai.spi.connector.Connector}; that checks, discovers streams and
 * opens one of them from a {@link ai.ipai.spi.connector.Cursor} as a {@link
 * ai.ipai.spi.connector.BatchReader}; each {@link ai.ipai.spi.connector.RecordBatch} carries rows
 * and the cursor that is true once they are stored. The loader stores both in one transaction, so a
 * connector never has to think about crashes: it is simply opened again from the last cursor.
 *
 * <p>Order of calls: {@code open}, then {@code check} and {@code discover} any number of times,
 * then readers, then {@code close}. One reader is used by one thread at a time; readers of one
 * connector may run in parallel. Everything fails with {@link ai.ipai.spi.error.IpaiException}, its
 * code one of {@link ai.ipai.spi.connector.ConnectorErrors} or the connector's own.
 */
@NullMarked
package ai.ipai.spi.connector;

import org.jspecify.annotations.NullMarked;
