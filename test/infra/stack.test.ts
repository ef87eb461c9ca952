// One file for all of them: they look at the same stack, which takes seconds to make.
import './stack/failure-reporting';
import './stack/lake';
import './stack/notifications';
import './stack/operations';
import './stack/outputs';
import './stack/storage';
import './stack/views';
import './stack/workflow';
