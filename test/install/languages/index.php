<?php // The service of the test around the snippet tokens.php.
require __DIR__ . '/tokens.php';
echo json_encode(user());
