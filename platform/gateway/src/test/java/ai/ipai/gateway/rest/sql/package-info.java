@NullMarked
package ai.ipai.gateway.rest.sql;

import org.jspecify.annotations.NullMarked;
