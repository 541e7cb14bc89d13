/**
 * PostgREST's own public specs as a measure of the REST gateway: read from a checkout that the user
 * has, run over HTTP, counted by area. Nothing of the specs is part of this product.
 */
@NullMarked
package ai.ipai.server.bench.postgrest;

import org.jspecify.annotations.NullMarked;
